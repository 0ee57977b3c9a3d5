const shared = {
  extensionsToTreatAsEsm: [".ts"],
  moduleNameMapper: { "^(\\.{1,2}/.*)\\.js$": "$1" },
  transform: {
    "^.+\\.ts$": [
      "@swc/jest",
      { jsc: { target: "es2022", parser: { syntax: "typescript" } }, module: { type: "es6" } },
    ],
  },
  testEnvironment: "node",
};

export default {
  // What a file's modules leave in memory, a process keeps; beyond this it makes room for a new one.
  workerIdleMemoryLimit: "1GB",
  projects: [
    {
      ...shared,
      displayName: "unit",
      // The fuzz tests with a few runs; `npm run fuzz` asks for more.
      testMatch: [
        "<rootDir>/test/unit/**/*.test.ts",
        "<rootDir>/test/golden/**/*.test.ts",
        "<rootDir>/test/fuzz/**/*.fuzz.test.ts",
      ],
    },
    {
      // What runs on a real control plane, on the embedded API server: the same files but for those named *.real.test.ts.
      ...shared,
      displayName: "embedded",
      testMatch: ["<rootDir>/test/contract/**/*.test.ts", "<rootDir>/test/integration/**/*.test.ts"],
      testPathIgnorePatterns: ["\\.real\\.test\\.ts$"],
      setupFilesAfterEnv: ["<rootDir>/test/support/plane/patience.ts"],
      globalSetup: "<rootDir>/test/support/plane/setup.ts",
      globalTeardown: "<rootDir>/test/support/plane/teardown.ts",
    },
    {
      ...shared,
      displayName: "real",
      testMatch: [
        "<rootDir>/test/contract/**/*.test.ts",
        "<rootDir>/test/integration/**/*.test.ts",
        // `npm run test:faults`, or POINTSMAN_FAULTS=sample for a part of it.
        ...(process.env.POINTSMAN_FAULTS === undefined ? [] : ["<rootDir>/test/faults/**/*.test.ts"]),
      ],
      globalSetup: "<rootDir>/test/support/plane/setup.ts",
      globalTeardown: "<rootDir>/test/support/plane/teardown.ts",
    },
    {
      // `npm run test:browser`, in a real Chromium.
      ...shared,
      displayName: "browser",
      testMatch: ["<rootDir>/test/browser/**/*.test.ts"],
    },
    {
      ...shared,
      displayName: "dataplane",
      testMatch: ["<rootDir>/test/dataplane/**/*.test.ts"],
    },
  ],
};
