package dev.millrace.atproto.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A class path without the native libraries' jars, as on a platform they are not built for. */
class MissingNativesTest {
  @ParameterizedTest
  @EnumSource
  void shouldVerifyWithoutTheNativeLibrariesOnTheClassPath(Curve curve) throws Exception {
    byte[] secret = new byte[32];
    secret[0] = 1;
    SigningKey key = SigningKey.of(curve, secret);
    byte[] message = {1, 2, 3};
    byte[] signature = key.sign(message);

    ClassLoader without = new WithoutNatives();
    Class<?> publicKey = without.loadClass(PublicKey.class.getName());
    Object parsed =
        publicKey.getMethod("parseDidKey", String.class).invoke(null, key.publicKey().toDidKey());
    Method verify = publicKey.getMethod("verify", byte[].class, byte[].class);

    assertThat(publicKey).isNotEqualTo(PublicKey.class);
    assertThat(verify.invoke(parsed, message, signature)).isEqualTo(true);
    assertThat(verify.invoke(parsed, new byte[] {9}, signature)).isEqualTo(false);
  }

  /** Defines this package anew and hides the two libraries from it. */
  private static final class WithoutNatives extends ClassLoader {
    WithoutNatives() {
      super(MissingNativesTest.class.getClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (name.startsWith("com.amazon.corretto.") || name.startsWith("fr.acinq.")) {
        throw new ClassNotFoundException(name);
      }
      if (!name.startsWith(PublicKey.class.getPackageName() + ".")) {
        return super.loadClass(name, resolve);
      }
      synchronized (getClassLoadingLock(name)) {
        Class<?> loaded = findLoadedClass(name);
        return loaded != null ? loaded : define(name);
      }
    }

    private Class<?> define(String name) throws ClassNotFoundException {
      try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
        if (in == null) {
          throw new ClassNotFoundException(name);
        }
        byte[] bytes = in.readAllBytes();
        return defineClass(name, bytes, 0, bytes.length);
      } catch (IOException e) {
        throw new ClassNotFoundException(name, e);
      }
    }
  }
}
