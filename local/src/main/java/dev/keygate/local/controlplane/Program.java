package dev.keygate.local.controlplane;

import java.util.Set;

/** A program of the control plane, named as its release and its file are. */
public enum Program {
  ETCD("etcd", "go.etcd.io/etcd/server/v3"),
  KUBE_APISERVER("kube-apiserver", "k8s.io/kubernetes/cmd/kube-apiserver"),
  KUBECTL("kubectl", "k8s.io/kubernetes/cmd/kubectl"),
  KUBE_CONTROLLER_MANAGER(
      "kube-controller-manager", "k8s.io/kubernetes/cmd/kube-controller-manager");

  /** What must be there before the API server can serve. The controller manager may come later. */
  public static final Set<Program> CORE = Set.of(ETCD, KUBE_APISERVER, KUBECTL);

  private final String fileName;
  private final String goPackage;

  Program(String fileName, String goPackage) {
    this.fileName = fileName;
    this.goPackage = goPackage;
  }

  /** The name of the executable file. */
  public String fileName() {
    return fileName;
  }

  String goPackage() {
    return goPackage;
  }

  /** What {@code go build -o DIR/} calls the file: the last element that is no version suffix. */
  String goOutputName() {
    String withoutVersion = goPackage.replaceFirst("/v[0-9]+$", "");
    return withoutVersion.substring(withoutVersion.lastIndexOf('/') + 1);
  }
}
