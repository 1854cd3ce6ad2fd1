import type { MessageConnection, NotificationType } from 'vscode-jsonrpc/node';

/**
 * Tells the other end something, if it is still there. It may go at any moment, and a connection that is closed throws
 * at once, not as a rejection: whoever must know of its end listens for that (`onClose`).
 */
export async function notify<M>(connection: MessageConnection, type: NotificationType<M>, message: M): Promise<void> {
  try {
    await connection.sendNotification(type.method, message);
  } catch {
    // gone
  }
}
