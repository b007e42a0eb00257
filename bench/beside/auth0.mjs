// @auth0/mdl, timed in an environment of its own: node auth0.mjs JOB.json; prints microseconds as python_peer.py does.
import mdl from "@auth0/mdl";
import { pem, readJob, time } from "./timing.mjs";

const job = readJob();
const responses = job.responses.map((each) => Buffer.from(each));
const verifier = new mdl.Verifier([pem(job.root)]);
const transcript = Buffer.from(job.transcript);
const certificate = pem(job.signer);
let turn = 0;

await time(job, {
  verify: async () => {
    await verifier.verify(responses[turn++ % responses.length], { encodedSessionTranscript: transcript });
  },
  issue: async () => {
    const document = await new mdl.Document(job.doc_type)
      .addIssuerNameSpace(job.namespace, job.elements)
      .useDigestAlgorithm("SHA-256")
      .addValidityInfo({ signed: new Date() })
      .addDeviceKeyInfo({ deviceKey: job.holder })
      .sign({ issuerPrivateKey: job.jwk, issuerCertificate: certificate, alg: "ES256" });
    new mdl.MDoc([document]).encode();
  },
});
