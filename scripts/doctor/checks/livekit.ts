import { TwirpError } from 'livekit-server-sdk';
import { createRoomClient, liveKitHttpUrl } from '../../../platform/livekit.js';
import { type Check, counted, get, Unwell } from '../check.js';

export const livekit: Check = {
  id: 'livekit',
  async look({ env }) {
    const { url } = env.livekit;
    const answer = await get(liveKitHttpUrl(url), 'Start LiveKit (npm start does), or set LIVEKIT_URL.');
    if (!answer.ok)
      throw new Unwell(
        `${url} answers ${answer.status}: ${(await answer.text()).slice(0, 200)}`,
        'A LiveKit node whose statistics are stale (406), or no LiveKit at all: look into its log.',
      );
    try {
      const rooms = await createRoomClient(env).listRooms();
      return `${url}, the key is good, ${counted(rooms.length, 'room')}`;
    } catch (error) {
      const refused = error instanceof TwirpError && [401, 403].includes(error.status);
      throw new Unwell(
        `${url} ${refused ? 'refuses the API key' : 'does not list its rooms'}: ${(error as Error).message}`,
        refused
          ? 'LIVEKIT_API_KEY and LIVEKIT_API_SECRET must be a pair of its configuration (keys:), and the clocks agree.'
          : 'Look into the log of LiveKit; does it reach its Redis?',
      );
    }
  },
};
