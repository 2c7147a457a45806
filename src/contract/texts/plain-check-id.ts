/** The check's own id: an explanation names it with the first characters of its hash, `firewall@HsO6XLxM`. */
export function plainCheckId(check: string): string {
  return check.split('@')[0] ?? check
}
