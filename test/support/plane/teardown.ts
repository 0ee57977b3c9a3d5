/** Ends the control plane that the setup started. */
export default async function teardown(): Promise<void> {
  await globalThis.pointsmanPlane?.stop();
}
