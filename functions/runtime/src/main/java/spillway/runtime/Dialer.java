package spillway.runtime;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;

/** Opens connections to the Runtime API. */
@FunctionalInterface
interface Dialer {
    Socket dial(String host, int port) throws IOException;

    // Classes here and elsewhere on the way to the first request, since the first lambda of a
    // process costs milliseconds.

    /** TCP connections that send at once what they are given. */
    final class Tcp implements Dialer {
        @Override
        public Socket dial(String host, int port) throws IOException {
            InetAddress address = InetAddress.getByName(host);
            if (address.isAnyLocalAddress()) {
                // The JDK would look up the machine's own name for it.
                address = InetAddress.getLoopbackAddress();
            }
            Socket socket = new Socket();
            try {
                socket.setTcpNoDelay(true);
                socket.connect(new InetSocketAddress(address, port));
                return socket;
            } catch (IOException e) {
                socket.close();
                throw e;
            }
        }
    }
}
