// What the JavaScript libraries have in common: the job as bytes, the bare primitives, and turns in CPU time.
// As the two libraries without cryptography of their own want one handed in, Node's own stands here for both.
import { readFileSync } from "node:fs";
import {
  createHash, createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes, sign, verify, X509Certificate,
} from "node:crypto";

const ROUNDS = 31, BATCH = 4, WARM = 20;
const RAW = "ieee-p1363"; // COSE has r and s side by side (RFC 9053, 2.1)
const bytes = (hex) => new Uint8Array(Buffer.from(hex, "hex"));

export function readJob() {
  const given = JSON.parse(readFileSync(process.argv[2]));
  const bare = Buffer.from(given.transcript, "hex");
  const key = createPrivateKey({ key: Buffer.from(given.signer_key, "hex"), format: "der", type: "pkcs8" });
  return {
    ...given,
    responses: given.responses.map(bytes),
    root: bytes(given.root),
    signer: bytes(given.signer),
    key,
    jwk: { ...key.export({ format: "jwk" }), kid: "1", alg: "ES256" },
    holder: generateKeyPairSync("ec", { namedCurve: "P-256" }).publicKey.export({ format: "jwk" }),
    bareTranscript: new Uint8Array(bare),
    transcript: new Uint8Array([0xd8, 0x18, 0x58, bare.length, ...bare]), // with tag 24 around
  };
}

export const pem = (der) =>
  `-----BEGIN CERTIFICATE-----\n${Buffer.from(der).toString("base64").match(/.{1,64}/g).join("\n")}\n-----END CERTIFICATE-----\n`;

export const primitives = {
  random: (length) => new Uint8Array(randomBytes(length)),
  digest: ({ bytes: data }) => new Uint8Array(createHash("sha256").update(data).digest()),
  sign: (data, jwk) =>
    new Uint8Array(sign("sha256", data, { key: createPrivateKey({ key: jwk, format: "jwk" }), dsaEncoding: RAW })),
  verify: (data, signature, jwk) =>
    verify("sha256", data, { key: createPublicKey({ key: jwk, format: "jwk" }), dsaEncoding: RAW }, signature),
  keyOf: (certificate) => ({ ...new X509Certificate(certificate).publicKey.export({ format: "jwk" }), alg: "ES256" }),
};

function issuerField({ certificate, field }) {
  const lines = new X509Certificate(certificate).issuer.split("\n");
  return lines.filter((line) => line.startsWith(`${field}=`)).map((line) => line.slice(field.length + 1));
}

function certificateData({ certificate }) {
  const read = new X509Certificate(certificate);
  return {
    issuerName: read.issuer, subjectName: read.subject, serialNumber: read.serialNumber, thumbprint: read.fingerprint,
    notBefore: new Date(read.validFrom), notAfter: new Date(read.validTo), pem: read.toString(),
  };
}

function checkChain({ trustedCertificates, x5chain }) {
  const [leaf] = x5chain.map((each) => new X509Certificate(each));
  const roots = trustedCertificates.map((each) => new X509Certificate(each));
  const root = roots.find((each) => leaf.checkIssued(each) && leaf.verify(each.publicKey));
  const now = new Date();
  for (const each of [leaf, root]) {
    if (!each || now < new Date(each.validFrom) || now > new Date(each.validTo)) throw new Error("untrusted");
  }
}

export const x509 = {
  getIssuerNameField: issuerField,
  getCertificateData: certificateData,
  validateCertificateChain: checkChain,
  verifyCertificateChain: checkChain,
};

export async function time(job, works) {
  const message = Buffer.alloc(600, "x");
  const signature = sign("sha256", message, job.key);
  const known = createPublicKey(job.key);
  const variants = {
    "two verifies": async () => {
      verify("sha256", message, known, signature);
      verify("sha256", message, known, signature);
    },
    sign: async () => { sign("sha256", message, job.key); },
    ...works,
  };
  const samples = {}, broken = {};
  for (const [name, call] of Object.entries(variants)) {
    try {
      for (let n = 0; n < WARM; n++) await call();
      samples[name] = [];
    } catch (error) {
      broken[name] = String(error.message).slice(0, 120);
    }
  }
  for (let round = 0; round < ROUNDS; round++) {
    for (const name of Object.keys(samples)) {
      const began = process.cpuUsage();
      for (let n = 0; n < BATCH; n++) await variants[name]();
      const used = process.cpuUsage(began);
      samples[name].push((used.user + used.system) / BATCH);
    }
  }
  const median = (values) => values.sort((a, b) => a - b)[values.length >> 1];
  const found = Object.fromEntries(Object.entries(samples).map(([name, values]) => [name, median(values)]));
  console.log(JSON.stringify({ ...found, ...(Object.keys(broken).length ? { broken } : {}) }));
}
