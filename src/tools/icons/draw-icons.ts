import { Resvg } from '@resvg/resvg-js'
import { IconIcns, IconIco } from '@shockpkg/icon-encoder'

/** Icons of the tray, told apart by shape (desktop.md section 12). Sources: `assets/tray/<name>.svg`, in `currentColor`. */
export const trayIconNames = ['healthy', 'attention', 'refused', 'unknown', 'offline'] as const
export type TrayIconName = (typeof trayIconNames)[number]

export const linuxTraySizes = [22, 24, 32, 48] as const
export const windowsTraySizes = [16, 20, 24, 32, 48] as const
export const linuxAppSizes = [16, 24, 32, 48, 64, 128, 256, 512, 1024] as const
export const windowsAppSizes = [16, 20, 24, 32, 40, 48, 64, 256] as const

/** Reads on light panels and on dark ones: three to one against white and against the usual dark grey. */
export const panelColour = '#6679e2'
const templateColour = '#000000'
/** Up to this size in pixels the app icon is drawn from the simpler source. */
const smallPixels = 40
/** Only macOS wants room around the rounded square. */
const square = { whole: 'viewBox="0 0 1024 1024"', cropped: 'viewBox="100 100 824 824"' } as const
/** Entry types of an `.icns`: at one and two pixels a point. */
const icnsTypes: readonly (readonly [pixels: number, types: readonly string[]])[] = [
  [16, ['icp4']],
  [32, ['icp5', 'ic11']],
  [64, ['ic12']],
  [128, ['ic07']],
  [256, ['ic08', 'ic13']],
  [512, ['ic09', 'ic14']],
  [1024, ['ic10']],
]

/** A file below `assets`. */
export type DrawnFile = { readonly path: string; readonly bytes: Uint8Array }

/** Every icon in every size, from its source. The same sources give the same bytes. */
export async function drawIcons(readSource: (path: string) => Promise<string>): Promise<readonly DrawnFile[]> {
  const files: DrawnFile[] = []
  for (const name of trayIconNames) {
    const source = await readSource(`tray/${name}.svg`)
    const template = source.replaceAll('currentColor', templateColour)
    const panel = source.replaceAll('currentColor', panelColour)
    files.push({ path: `tray/macos/${name}Template.png`, bytes: toPng(template, 16) })
    files.push({ path: `tray/macos/${name}Template@2x.png`, bytes: toPng(template, 32) })
    files.push({ path: `tray/windows/${name}.ico`, bytes: await toIco(windowsTraySizes, () => panel) })
    for (const size of linuxTraySizes) files.push({ path: `tray/linux/${name}-${size}.png`, bytes: toPng(panel, size) })
  }

  const whole = await readSource('icons/postern.svg')
  const small = await readSource('icons/postern-small.svg')
  const cropped = whole.replace(square.whole, square.cropped)
  const ofSize = (pixels: number) => (pixels <= smallPixels ? small : cropped)
  for (const size of linuxAppSizes)
    files.push({ path: `icons/linux/${size}x${size}.png`, bytes: toPng(ofSize(size), size) })
  files.push({ path: 'icons/postern.ico', bytes: await toIco(windowsAppSizes, ofSize) })
  files.push({ path: 'icons/postern.icns', bytes: await toIcns((pixels) => (pixels < smallPixels ? small : whole)) })
  return files
}

function toPng(svg: string, pixels: number): Uint8Array {
  return new Resvg(svg, { fitTo: { mode: 'width', value: pixels } }).render().asPng()
}

/** Entries are bitmaps below 256 pixels, as Windows itself writes them: not every reader takes a small PNG. */
async function toIco(sizes: readonly number[], sourceOf: (pixels: number) => string): Promise<Uint8Array> {
  const icon = new IconIco()
  for (const pixels of sizes) await icon.addFromPng(toPng(sourceOf(pixels), pixels), pixels >= 256)
  return icon.encode()
}

async function toIcns(sourceOf: (pixels: number) => string): Promise<Uint8Array> {
  const icon = new IconIcns()
  for (const [pixels, types] of icnsTypes) await icon.addFromPng(toPng(sourceOf(pixels), pixels), types, true)
  return icon.encode()
}
