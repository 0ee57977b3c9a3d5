import { jest } from "@jest/globals";

// As long as `npm run test:real` allows: waiting for a condition ends earlier, by an error that names it.
jest.setTimeout(60_000);
