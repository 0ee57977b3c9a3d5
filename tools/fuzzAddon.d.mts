export function isNewEnough(): boolean;
export function forOlderLibraries(addon: Buffer): Buffer;
