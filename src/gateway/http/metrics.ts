import { Counter, Gauge, Histogram, Registry } from 'prom-client'

/** Prometheus figures. Labels come from closed sets: never an id of a person or device. */
export type Metrics = {
  readonly answered: (route: string, status: number, seconds: number) => void
  readonly refused: (code: string) => void
  readonly decided: (access: string, code: string) => void
  readonly streams: (open: number) => void
  /** The exposition text and its content type. */
  readonly print: () => Promise<{ readonly type: string; readonly text: string }>
}

export function createMetrics(read: {
  readonly acts: () => { readonly acts: number; readonly commits: number }
}): Metrics {
  const registry = new Registry()
  const registers = [registry]
  const answers = new Histogram({
    name: 'postern_http_answer_seconds',
    help: 'Time to answer, by route and status',
    labelNames: ['route', 'status'],
    buckets: [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10],
    registers,
  })
  const refusals = new Counter({
    name: 'postern_refusals_total',
    help: 'Refused device messages, by code',
    labelNames: ['code'],
    registers,
  })
  const decisions = new Counter({
    name: 'postern_decisions_total',
    help: 'Access decisions, by access and code',
    labelNames: ['access', 'code'],
    registers,
  })
  const streams = new Gauge({ name: 'postern_streams_open', help: 'Open live streams', registers })
  const gauge = (name: string, help: string, value: () => number) =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(value())
      },
    })
  gauge('postern_acts', 'Acts recorded since start', () => read.acts().acts)
  gauge('postern_commits', 'Commits that made them durable', () => read.acts().commits)
  gauge('process_resident_memory_bytes', 'Resident memory', () => process.memoryUsage.rss())
  gauge('process_uptime_seconds', 'Seconds since start', () => process.uptime())
  return {
    answered: (route, status, seconds) => answers.observe({ route, status: String(status) }, seconds),
    refused: (code) => refusals.inc({ code }),
    decided: (access, code) => decisions.inc({ access, code }),
    streams: (open) => streams.set(open),
    print: async () => ({ type: registry.contentType, text: await registry.metrics() }),
  }
}
