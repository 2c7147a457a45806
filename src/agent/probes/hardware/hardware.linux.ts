import type { Found, HostFacts, Machine } from '#agent/machine/machine.ts'
import { observed, type Reading, unknown } from '#domain/reading.ts'
import type { SignalValues } from '#domain/signals.ts'
import { timer } from '../linux/paces.ts'
import { whyUnread } from '../linux/unread.ts'
import type { Probe } from '../probe.ts'

type Hardware = SignalValues['hardware']

const vendorFile = '/sys/class/dmi/id/sys_vendor'
const productFile = '/sys/class/dmi/id/product_name'
const treeModelFile = '/proc/device-tree/model'
const treeCompatibleFile = '/proc/device-tree/compatible'

/** Vendor and model as the firmware names them, from DMI or the device tree. Serials are not read. */
export const hardwareOnLinux: Probe<'hardware'> = {
  signal: 'hardware',
  os: 'linux',
  cost: 'once',
  watches: [timer('once')],
  async take(machine) {
    const [vendor, product] = await readBoth(machine, vendorFile, productFile)
    if (vendor.kind === 'found' && product.kind === 'found') return judgeDmi(vendor.content, product.content)
    if (vendor.kind === 'absent' && product.kind === 'absent') {
      const [model, compatible] = await readBoth(machine, treeModelFile, treeCompatibleFile)
      if (model.kind === 'found') return judgeDeviceTree(model.content, compatible)
      // No firmware names anything here, and a name from elsewhere would be made up.
      if (model.kind === 'absent') return unknown('not-present', 'dmi')
    }
    const [unread] = [product, vendor].filter((file) => file.kind !== 'found')
    return hardwareFromFacts(await machine.facts()) ?? unknown(unread ? whyUnread(unread) : 'incomplete', 'dmi')
  },
}

/** Reads what DMI says. A placeholder that a maker left in the firmware names nothing. */
export function judgeDmi(vendor: string, product: string): Reading<Hardware> {
  return named(vendor, product, 'dmi') ?? unknown('unrecognised-output', 'dmi')
}

/** Reads a device tree: `model` is text, `compatible` a list `vendor,board` whose first entry is the board itself. */
export function judgeDeviceTree(model: string, compatible: Found<string>): Reading<Hardware> {
  if (compatible.kind !== 'found') return unknown('incomplete', 'device-tree')
  const [board] = compatible.content.split('\0')
  const vendor = /^([^,]+),/.exec(board ?? '')?.[1]
  return named(vendor ?? '', model.replace(/\0+$/, ''), 'device-tree') ?? unknown('unrecognised-output', 'device-tree')
}

/** What a library says, where DMI is there and may not be read; made-up names are left out of facts already. */
export function hardwareFromFacts(facts: HostFacts): Reading<Hardware> | undefined {
  return named(facts.vendor ?? '', facts.model ?? '', 'systeminformation')
}

async function readBoth(machine: Machine, first: string, second: string): Promise<[Found<string>, Found<string>]> {
  return Promise.all([machine.readText(first, 4096), machine.readText(second, 4096)])
}

function named(vendor: string, model: string, source: string): Reading<Hardware> | undefined {
  const value = { vendor: cleaned(vendor), model: cleaned(model) }
  if (isPlaceholder(value.vendor) || isPlaceholder(value.model)) return undefined
  return observed(value, source)
}

function cleaned(text: string): string {
  const printable = text
    .replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cn}\uFFFD]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim()
  return [...printable].slice(0, 64).join('').trim()
}

function isPlaceholder(name: string): boolean {
  const plain = name.toLowerCase().replace(/[^a-z0-9]/g, '')
  return plain === '' || /^(.)\1*$/.test(plain) || placeholders.has(plain)
}

/** What makers leave in the fields of the firmware, in small letters and digits. */
const placeholders: ReadonlySet<string> = new Set([
  'allseries',
  'defaultstring',
  'invalid',
  'na',
  'none',
  'notapplicable',
  'notavailable',
  'notspecified',
  'null',
  'oem',
  'other',
  'productname',
  'sampleproductname',
  'systemmanufacturer',
  'systemname',
  'systemproductname',
  'systemversion',
  'tobefilledbyoem',
  'undefined',
  'unknown',
  'unknownvendor',
  'unknownproduct',
  'vendorname',
  '0123456789',
  '123456789',
])
