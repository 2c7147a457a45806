/** When a request was made, Unix seconds: a UUIDv7 begins with its time (RFC 9562 section 5.7). */
export function madeAt(requestId: string): number | undefined {
  const [, high = '', low = ''] = /^([0-9a-f]{8})-([0-9a-f]{4})-7/i.exec(requestId) ?? []
  return high === '' ? undefined : Math.floor(Number.parseInt(high + low, 16) / 1000)
}
