// @auth0/mdl, timed in an environment of its own: node auth0.mjs JOB.json; prints microseconds as python_peer.py does.
import { readFileSync } from "node:fs";
import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify } from "node:crypto";
import mdl from "@auth0/mdl";

const ROUNDS = 31, BATCH = 4;
const job = JSON.parse(readFileSync(process.argv[2]));
const bytes = (hex) => Buffer.from(hex, "hex");
const pem = (der) => `-----BEGIN CERTIFICATE-----\n${der.toString("base64").match(/.{1,64}/g).join("\n")}\n-----END CERTIFICATE-----\n`;
const responses = job.responses.map(bytes);
const verifier = new mdl.Verifier([pem(bytes(job.root))]);
const bare = bytes(job.transcript);
const transcript = Buffer.concat([Buffer.from([0xd8, 0x18, 0x58, bare.length]), bare]); // it wants tag 24 around
const key = createPrivateKey({ key: bytes(job.signer_key), format: "der", type: "pkcs8" });
const message = Buffer.alloc(600, "x");
const signature = sign("sha256", message, key);
const pub = createPublicKey(key);
const holder = generateKeyPairSync("ec", { namedCurve: "P-256" }).publicKey.export({ format: "jwk" });
const jwk = { ...key.export({ format: "jwk" }), kid: "1", alg: "ES256" };
const certificate = pem(bytes(job.signer));
let turn = 0;

const variants = {
  "two verifies": async () => { verify("sha256", message, pub, signature); verify("sha256", message, pub, signature); },
  sign: async () => { sign("sha256", message, key); },
  verify: async () => {
    await verifier.verify(responses[turn++ % responses.length], { encodedSessionTranscript: transcript });
  },
  issue: async () => {
    const document = await new mdl.Document(job.doc_type)
      .addIssuerNameSpace(job.namespace, job.elements)
      .useDigestAlgorithm("SHA-256")
      .addValidityInfo({ signed: new Date() })
      .addDeviceKeyInfo({ deviceKey: holder })
      .sign({ issuerPrivateKey: jwk, issuerCertificate: certificate, alg: "ES256" });
    new mdl.MDoc([document]).encode();
  },
};

const samples = Object.fromEntries(Object.keys(variants).map((name) => [name, []]));
const broken = {};
for (const [name, call] of Object.entries(variants)) {
  try { for (let n = 0; n < 20; n++) await call(); } catch (error) { broken[name] = String(error.message).slice(0, 120); }
}
for (let round = 0; round < ROUNDS; round++) {
  for (const [name, call] of Object.entries(variants)) {
    if (broken[name]) continue;
    const began = process.cpuUsage();
    for (let n = 0; n < BATCH; n++) await call();
    const used = process.cpuUsage(began);
    samples[name].push((used.user + used.system) / BATCH);
  }
}
const median = (values) => values.sort((a, b) => a - b)[values.length >> 1];
console.log(JSON.stringify({ ...Object.fromEntries(Object.entries(samples).filter(([, v]) => v.length).map(([k, v]) => [k, median(v)])), ...(Object.keys(broken).length ? { broken } : {}) }));
