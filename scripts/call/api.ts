import { GatewayClient, GatewayError } from '../../client/index.js';

/** The gateway, for somebody at a terminal. */
export class GatewayApi extends GatewayClient {
  /** Without `apiKey` the gateway must be one that asks for none. */
  constructor(url: string, apiKey?: string) {
    super({ url, apiKey: () => apiKey });
  }

  /** Fails early, and once for any number of calls, when the gateway is away or does not know the flow. */
  async requireFlow(flowId: string): Promise<void> {
    try {
      await this.answer(this.http.GET('/v1/flows/{flowId}', { params: { path: { flowId } } }));
    } catch (error) {
      throw error instanceof GatewayError ? await this.withAdvice(error) : error;
    }
  }

  private async withAdvice(error: GatewayError): Promise<GatewayError> {
    const advice = {
      401: () => ' Set GATEWAY_API_KEY (.env is read).',
      404: async () => `\nKnown flows: ${(await this.flows()).map(({ id }) => id).join(', ')}`,
    }[error.status ?? 0];
    return advice ? new GatewayError(error.message + (await advice()), error.status, error.details) : error;
  }
}
