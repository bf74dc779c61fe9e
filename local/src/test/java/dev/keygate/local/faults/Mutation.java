package dev.keygate.local.faults;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.MethodModel;
import java.lang.classfile.instruction.ConstantInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;

/**
 * One protection of the product switched off, by a changed class that comes before the product's
 * own on a class path. The product itself has no such switch. Fails when what it would change is
 * not there any more, or has become something else.
 *
 * @param type name of the class
 */
record Mutation(String type, ClassTransform transform, AtomicInteger applied) {

  /** The method does and answers this instead. */
  static Mutation method(String type, String method, Consumer<CodeBuilder> body) {
    return methods(type, model -> model.methodName().equalsString(method), body);
  }

  /** Whatever the method asks a lambda whether it is so: it is not. */
  static Mutation lambdasAnswerFalse(String type, String method) {
    return methods(
        type,
        model ->
            isLambdaOf(model, method)
                && model.methodTypeSymbol().returnType().equals(ConstantDescs.CD_boolean),
        code -> code.iconst_0().ireturn());
  }

  /** The method does not call that one, of one argument, on an object that answers itself. */
  static Mutation skipsCall(String type, String method, String callee) {
    AtomicInteger applied = new AtomicInteger();
    CodeTransform code =
        (builder, element) -> {
          if (element instanceof InvokeInstruction call && call.name().equalsString(callee)) {
            applied.incrementAndGet();
            builder.pop();
          } else {
            builder.with(element);
          }
        };
    return new Mutation(
        type,
        ClassTransform.transformingMethodBodies(
            model -> model.methodName().equalsString(method), code),
        applied);
  }

  /** Each lambda of the method begins with this. */
  static Mutation lambdasBegin(String type, String method, Consumer<CodeBuilder> begin) {
    AtomicInteger applied = new AtomicInteger();
    CodeTransform code =
        new CodeTransform() {
          @Override
          public void atStart(CodeBuilder builder) {
            applied.incrementAndGet();
            begin.accept(builder);
          }

          @Override
          public void accept(CodeBuilder builder, CodeElement element) {
            builder.with(element);
          }
        };
    return new Mutation(
        type,
        ClassTransform.transformingMethodBodies(model -> isLambdaOf(model, method), code),
        applied);
  }

  private static boolean isLambdaOf(MethodModel model, String method) {
    return model.methodName().stringValue().startsWith("lambda$" + method + "$");
  }

  private static Mutation methods(
      String type, Predicate<MethodModel> which, Consumer<CodeBuilder> body) {
    AtomicInteger applied = new AtomicInteger();
    ClassTransform transform =
        (builder, element) -> {
          if (element instanceof MethodModel model && which.test(model)) {
            applied.incrementAndGet();
            builder.withMethodBody(
                model.methodName(), model.methodType(), model.flags().flagsMask(), body);
          } else {
            builder.with(element);
          }
        };
    return new Mutation(type, transform, applied);
  }

  static Mutation answersTrue(String type, String method) {
    return method(type, method, code -> code.iconst_1().ireturn());
  }

  static Mutation answersFalse(String type, String method) {
    return method(type, method, code -> code.iconst_0().ireturn());
  }

  static Mutation doesNothing(String type, String method) {
    return method(type, method, CodeBuilder::return_);
  }

  /** It answers what another method without parameters of the same object does. */
  static Mutation answersAs(String type, String method, String other, String result) {
    return method(
        type,
        method,
        code ->
            code.aload(0)
                .invokevirtual(ClassDesc.of(type), other, MethodTypeDesc.of(ClassDesc.of(result)))
                .areturn());
  }

  static Mutation answersSeconds(String type, String method, long seconds) {
    ClassDesc duration = ClassDesc.of("java.time.Duration");
    return method(
        type,
        method,
        code ->
            code.loadConstant(seconds)
                .invokestatic(
                    duration, "ofSeconds", MethodTypeDesc.of(duration, ClassDesc.ofDescriptor("J")))
                .areturn());
  }

  /** Each constant text with this part has another one instead. */
  static Mutation text(String type, String part, String instead) {
    AtomicInteger applied = new AtomicInteger();
    CodeTransform code =
        (builder, element) -> {
          if (element instanceof ConstantInstruction.LoadConstantInstruction constant
              && constant.constantValue() instanceof String text
              && text.contains(part)) {
            applied.incrementAndGet();
            builder.loadConstant(text.replace(part, instead));
          } else {
            builder.with(element);
          }
        };
    return new Mutation(type, ClassTransform.transformingMethodBodies(code), applied);
  }

  /** A jar with the changed classes. */
  static void write(Path jar, List<Mutation> mutations) {
    try {
      Files.createDirectories(jar.getParent());
      try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
        for (Mutation mutation : mutations) {
          out.putNextEntry(new JarEntry(mutation.resource()));
          out.write(mutation.changed());
          out.closeEntry();
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("can't write " + jar, e);
    }
  }

  private String resource() {
    return type.replace('.', '/') + ".class";
  }

  private byte[] changed() throws IOException {
    try (InputStream in = Mutation.class.getClassLoader().getResourceAsStream(resource())) {
      if (in == null) {
        throw new IllegalStateException("there is no class " + type + " to change");
      }
      ClassFile classFile = ClassFile.of();
      ClassModel model = classFile.parse(in.readAllBytes());
      byte[] changed = classFile.transformClass(model, transform);
      if (applied.get() == 0) {
        throw new IllegalStateException("nothing in " + type + " is as it was: change this test");
      }
      List<VerifyError> broken = classFile.verify(changed);
      if (!broken.isEmpty()) {
        throw new IllegalStateException(
            type + " is not as it was: change this test", broken.get(0));
      }
      return changed;
    }
  }
}
