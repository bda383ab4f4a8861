import { createSpotlight } from '@mantine/spotlight'

/** The one palette: `palette.open()` shows it from anywhere. */
export const [paletteStore, palette] = createSpotlight()
