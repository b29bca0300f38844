import net, { type Socket } from "node:net";
import type { Server } from "node:tls";

/** A listener on one port for TLS, which goes to `server`, and for anything else; the first byte tells which. */
export function listenForBoth(server: Server, acceptPlain: (socket: Socket) => void): net.Server {
  return net.createServer((socket) => {
    socket.on("error", () => undefined);
    const look = () => {
      const chunk: Buffer | null = socket.read(1);
      if (chunk === null) {
        socket.once("readable", look);
        return;
      }
      socket.unshift(chunk);
      if (chunk[0] === TLS_HANDSHAKE) server.emit("connection", socket);
      else acceptPlain(socket);
    };
    socket.once("readable", look);
  });
}

/** First byte of every TLS connection (RFC 8446, a record of type handshake); no HTTP request begins with it. */
const TLS_HANDSHAKE = 22;
