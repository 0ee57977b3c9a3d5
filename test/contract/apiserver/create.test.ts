import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { objectAt, stringAt } from "../../../src/base/json.js";
import { mediaTypes, Subject } from "../../support/apiserver/subject.js";
import { deployment } from "../../support/apiserver/workload.js";

let subject: Subject;
let configMaps: string;

beforeAll(async () => {
  subject = await Subject.open("create");
  configMaps = subject.core("configmaps");
});
afterAll(() => subject.close());

describe("creating", () => {
  it("answers 201 with what the server sets, whatever the client says about it", async () => {
    const metadata = {
      name: "a",
      uid: "made-up",
      creationTimestamp: "2020-01-01T00:00:00.000Z",
      deletionTimestamp: "2020-01-01T00:00:00Z",
    };
    const { status, body } = await subject.post(`${configMaps}?fieldManager=maker`, { metadata, data: { a: "1" } });
    expect(status).toBe(201);
    expect(body).toEqual({
      kind: "ConfigMap",
      apiVersion: "v1",
      metadata: {
        name: "a",
        namespace: subject.namespace,
        uid: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
        resourceVersion: expect.stringMatching(/^\d+$/),
        creationTimestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
        managedFields: [
          {
            manager: "maker",
            operation: "Update",
            apiVersion: "v1",
            time: expect.stringMatching(/Z$/),
            fieldsType: "FieldsV1",
            fieldsV1: { "f:data": { ".": {}, "f:a": {} } },
          },
        ],
      },
      data: { a: "1" },
    });
    expect(stringAt(body, "metadata", "creationTimestamp")).not.toMatch(/^2020/);
    expect(await subject.ok("GET", `${configMaps}/a`)).toEqual(body);
  });

  it("makes a name of generateName", async () => {
    const body = await subject.ok("POST", configMaps, { metadata: { generateName: "made-" } });
    expect(stringAt(body, "metadata", "name")).toMatch(/^made-[a-z0-9]{5}$/);
    expect(stringAt(body, "metadata", "generateName")).toBe("made-");
  });

  it("reads YAML as well as JSON", async () => {
    const text = "metadata:\n  name: yaml\ndata:\n  a: 'true'\n";
    const reply = await subject.send("POST", configMaps, undefined, { text, contentType: mediaTypes.yaml });
    expect(reply).toMatchObject({ status: 201, body: { metadata: { name: "yaml" }, data: { a: "true" } } });
  });

  it("refuses a name that is taken: 409 AlreadyExists", async () => {
    await subject.configMap("taken");
    expect(await subject.post(configMaps, { metadata: { name: "taken" } })).toMatchObject({
      status: 409,
      body: {
        kind: "Status",
        apiVersion: "v1",
        status: "Failure",
        reason: "AlreadyExists",
        message: 'configmaps "taken" already exists',
        details: { name: "taken", kind: "configmaps" },
        code: 409,
      },
    });
    const path = subject.apps("deployments");
    await subject.ok("POST", path, deployment("taken"));
    expect(await subject.post(path, deployment("taken"))).toMatchObject({
      body: { message: 'deployments.apps "taken" already exists', details: { group: "apps", kind: "deployments" } },
    });
  });

  it("refuses a namespace that is not there (404) or is not that of the path (400)", async () => {
    const body = { metadata: { name: "b" } };
    expect(await subject.post("/api/v1/namespaces/nowhere/configmaps", body)).toMatchObject({
      status: 404,
      body: {
        reason: "NotFound",
        message: 'namespaces "nowhere" not found',
        details: { name: "nowhere", kind: "namespaces" },
      },
    });
    expect(await subject.post(configMaps, { metadata: { name: "b", namespace: "default" } })).toMatchObject({
      status: 400,
      body: { reason: "BadRequest" },
    });
  });

  it("only pretends with dryRun=All", async () => {
    const reply = await subject.post(`${configMaps}?dryRun=All`, { metadata: { name: "dry" }, data: { a: "1" } });
    expect(reply).toMatchObject({ status: 201, body: { metadata: { name: "dry" }, data: { a: "1" } } });
    expect((await subject.get(`${configMaps}/dry`)).status).toBe(404);
  });

  it("fills in the defaults of a Deployment and of its Pods, and counts generation 1", async () => {
    const spec = { ...objectAt(deployment("defaults"), "spec"), replicas: undefined };
    const body = await subject.ok("POST", subject.apps("deployments"), { ...deployment("defaults"), spec });
    expect(body).toMatchObject({
      metadata: { generation: 1 },
      spec: {
        replicas: 1,
        strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: "25%", maxSurge: "25%" } },
        revisionHistoryLimit: 10,
        progressDeadlineSeconds: 600,
        template: {
          spec: {
            restartPolicy: "Always",
            terminationGracePeriodSeconds: 30,
            dnsPolicy: "ClusterFirst",
            schedulerName: "default-scheduler",
            containers: [{ imagePullPolicy: "IfNotPresent", terminationMessagePolicy: "File" }],
          },
        },
      },
    });
  });

  it("gives a Service an address, protocols and target ports", async () => {
    const body = { metadata: { name: "s" }, spec: { selector: { app: "x" }, ports: [{ port: 80 }] } };
    expect(await subject.ok("POST", subject.core("services"), body)).toMatchObject({
      spec: {
        type: "ClusterIP",
        clusterIP: expect.stringMatching(/^\d+\.\d+\.\d+\.\d+$/),
        sessionAffinity: "None",
        internalTrafficPolicy: "Cluster",
        ipFamilies: ["IPv4"],
        ports: [{ port: 80, protocol: "TCP", targetPort: 80 }],
      },
    });
    const headless = {
      metadata: { name: "h" },
      spec: { clusterIP: "None", ports: [{ port: 80, targetPort: "http" }] },
    };
    expect(await subject.ok("POST", subject.core("services"), headless)).toMatchObject({
      spec: { clusterIP: "None", ports: [{ targetPort: "http" }] },
    });
  });

  it("keeps what a Node says about itself, as kubelets register, but not the status of other kinds", async () => {
    const conditions = [{ type: "Ready", status: "True", reason: "Up", message: "it runs" }];
    const node = await subject.post("/api/v1/nodes?dryRun=All", { metadata: { name: "n" }, status: { conditions } });
    expect(node).toMatchObject({ status: 201, body: { status: { conditions, nodeInfo: { kubeletVersion: "" } } } });
    const status = { replicas: 3, conditions: [{ type: "Available", status: "True" }] };
    const body = { ...deployment("claims"), status };
    const created = await subject.post(`${subject.apps("deployments")}?dryRun=All`, body);
    expect(created).toMatchObject({ status: 201, body: { status: {} } });
    expect(objectAt(created.body, "status")).toEqual({});
  });

  it("answers a read of nothing with 404 and the name and resource in details", async () => {
    expect(await subject.get(subject.apps("deployments", "none"))).toMatchObject({
      status: 404,
      body: {
        kind: "Status",
        reason: "NotFound",
        message: 'deployments.apps "none" not found',
        details: { name: "none", group: "apps", kind: "deployments" },
        code: 404,
      },
    });
  });

  it("issues tokens for service accounts that say when they end", async () => {
    await subject.ok("POST", subject.core("serviceaccounts"), { metadata: { name: "worker" } });
    const request = { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec: { expirationSeconds: 3600 } };
    const body = await subject.ok("POST", subject.core("serviceaccounts", "worker", "token"), request);
    expect(body).toMatchObject({
      kind: "TokenRequest",
      status: { token: expect.stringMatching(/./), expirationTimestamp: expect.stringMatching(/Z$/) },
    });
    const client = subject.plane.clientFor(stringAt(body, "status", "token") ?? "");
    expect((await client.request("GET", "/version")).status).toBe(200);
    client.close();
  });
});
