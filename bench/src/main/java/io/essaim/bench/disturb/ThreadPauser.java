package io.essaim.bench.disturb;

import com.sun.jdi.Bootstrap;
import com.sun.jdi.ThreadReference;
import com.sun.jdi.VMDisconnectedException;
import com.sun.jdi.VirtualMachine;
import com.sun.jdi.connect.AttachingConnector;
import com.sun.jdi.connect.Connector.Argument;
import com.sun.jdi.connect.IllegalConnectorArgumentsException;
import java.io.IOException;
import java.util.Comparator;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds threads of another JVM, which can be suspended alone, by the debugger's interface: a server under test needs no hook for it, only {@link
 * #FLAG} on its command line. One thread.
 */
final class ThreadPauser implements AutoCloseable {
    /** Has a JVM listen for a debugger on any free port, which it prints. */
    static final String FLAG = "-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,address=127.0.0.1:0";

    private static final String CONNECTOR = "com.sun.jdi.SocketAttach";
    private static final Pattern ADDRESS = Pattern.compile("transport dt_socket at address: (\\d+)");

    private final VirtualMachine machine;

    private ThreadPauser(VirtualMachine machine) {
        this.machine = machine;
    }

    /**
     * Attaches to a JVM that was started with {@link #FLAG}.
     *
     * @param said what it has printed
     * @throws IOException when it did not print a port, or cannot be attached to
     */
    static ThreadPauser attach(String said) throws IOException {
        Matcher address = ADDRESS.matcher(said);
        if (!address.find()) {
            throw new IOException("the server's JVM names no port for a debugger; it said: " + said.trim());
        }
        AttachingConnector connector = Bootstrap.virtualMachineManager().attachingConnectors().stream()
                .filter(each -> each.name().equals(CONNECTOR))
                .findFirst()
                .orElseThrow(() -> new IOException("this JDK has no " + CONNECTOR + "; take a full JDK"));
        Map<String, Argument> arguments = connector.defaultArguments();
        argument(arguments, "hostname").setValue("127.0.0.1");
        argument(arguments, "port").setValue(address.group(1));
        try {
            return new ThreadPauser(connector.attach(arguments));
        } catch (IllegalConnectorArgumentsException e) {
            throw new IOException("the debugger's port " + address.group(1) + " is none: " + e.getMessage(), e);
        }
    }

    private static Argument argument(Map<String, Argument> arguments, String name) throws IOException {
        Argument argument = arguments.get(name);
        if (argument == null) {
            throw new IOException(CONNECTOR + " of this JDK takes no " + name);
        }
        return argument;
    }

    /**
     * The thread whose name begins so; of several, the first by name.
     *
     * @throws IOException when there is none
     */
    ThreadReference thread(String beginning) throws IOException {
        return machine.allThreads().stream()
                .filter(thread -> thread.name().startsWith(beginning))
                .min(Comparator.comparing(ThreadReference::name))
                .orElseThrow(() -> new IOException("the server has no thread " + beginning + "..."));
    }

    /** Lets the JVM go; threads that are still suspended go on. */
    @Override
    public void close() {
        try {
            machine.dispose();
        } catch (VMDisconnectedException gone) {
            // Then there is nothing left to let go.
        }
    }
}
