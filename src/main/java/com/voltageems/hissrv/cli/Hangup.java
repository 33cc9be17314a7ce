package com.voltageems.hissrv.cli;

import java.lang.reflect.Proxy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What SIGHUP does, the signal by which services are asked to read their configuration again. */
final class Hangup {
  private static final Logger LOG = LoggerFactory.getLogger(Hangup.class);

  private Hangup() {}

  /** Where the system knows no such signal, or the JVM keeps it, nothing happens. */
  static void run(Runnable work) {
    try {
      // The JDK's only way to a signal; it keeps this one open but warns of each use by name.
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object handling =
          Proxy.newProxyInstance(
              Hangup.class.getClassLoader(),
              new Class<?>[] {handler},
              (proxy, method, _) -> {
                if (method.getName().equals("handle")) {
                  work.run();
                }
                return method.getReturnType().equals(int.class) ? 0 : null;
              });
      Object hup = signal.getConstructor(String.class).newInstance("HUP");
      Object _ = signal.getMethod("handle", signal, handler).invoke(null, hup, handling);
    } catch (ReflectiveOperationException e) {
      LOG.debug("no SIGHUP here", e);
    }
  }
}
