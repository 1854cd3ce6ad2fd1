import type { TelemetryOptions } from '@temporalio/worker';

/** Where the Temporal SDK serves its metrics, and those that workflows record, in Prometheus' format. */
export interface MetricsAddress {
  host: string;
  port: number | undefined;
}

/**
 * Names as Prometheus has them: `_total`, seconds. Nothing without a port.
 *
 * @param buckets upper bounds of histograms, by the name of the metric
 */
export function temporalMetrics(
  { host, port }: MetricsAddress,
  buckets: Record<string, number[]> = {},
): Pick<TelemetryOptions, 'metrics'> {
  if (port === undefined) return {};
  return {
    metrics: {
      prometheus: {
        bindAddress: `${host}:${port}`,
        countersTotalSuffix: true,
        unitSuffix: true,
        useSecondsForDurations: true,
        histogramBucketOverrides: buckets,
      },
    },
  };
}
