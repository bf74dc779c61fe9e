# What a GitOps pipeline does with a commit: takes it out of the repository, applies it, and waits
# until the cluster has come to it.
#
#   sh pipeline.sh REPOSITORY DIRECTORY NAMESPACE APIKEY
set -eu
repository=$1
directory=$2
namespace=$3
key=$4

if [ -d "$directory/.git" ]; then
  git -C "$directory" pull --quiet --ff-only
else
  git clone --quiet "$repository" "$directory"
fi
for manifest in "$directory"/*.yaml; do
  kubectl apply -f "$manifest"
done
kubectl wait -n "$namespace" --for=condition=Ready --timeout=90s "apikey/$key"
kubectl wait -n "$namespace" --for=condition=Rotating=False --timeout=3m "apikey/$key"
