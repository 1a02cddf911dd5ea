// The same journey through types that openapi-typescript made from this API's own description, compiled strictly.
import createClient from "openapi-fetch";
import { readFileSync } from "node:fs";
import type { components, paths } from "./generated/api";

type Claim = components["schemas"]["ClaimBody"];

function need(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set`);
  return value;
}

async function main(): Promise<void> {
  const client = createClient<paths>({
    baseUrl: need("QUEBAO_URL"),
    headers: { Authorization: `Bearer ${need("QUEBAO_TOKEN")}` },
  });
  const sample = JSON.parse(readFileSync(need("QUEBAO_CLAIM"), "utf-8")) as Claim;
  // A claim without episode, transfer, entry or disease code is whole: what may be left out needs no value.
  const claim: Claim = {
    claim_no: `${sample.claim_no}-TS`,
    institution: sample.institution,
    visit: { kind: "inpatient", admitted: "2020-03-05", discharged: "2020-03-12" },
    patient: sample.patient,
    diagnosis: { history: sample.diagnosis.history, codes: sample.diagnosis.codes },
    lines: sample.lines.map((line) => ({ ...line, date: "2020-03-06" })),
  };

  const previewed = await client.POST("/v1/claims/preview", { body: claim });
  if (!previewed.data) throw new Error(JSON.stringify(previewed.error));
  const submitted = await client.POST("/v1/claims", {
    body: claim,
    params: { header: { Prefer: "wait=20" } },
  });
  if (!submitted.data) throw new Error(JSON.stringify(submitted.error));
  const read = await client.GET("/v1/claims/{claim_id}", {
    params: { path: { claim_id: submitted.data.claim_id } },
  });
  if (read.data?.status !== "settled") throw new Error(JSON.stringify(read));
  if (read.data.determination?.shares.patient !== previewed.data.shares.patient) throw new Error("another figure");
  const refused = await client.POST("/v1/claims/preview", { body: { ...claim, institution: "H99999999999" } });
  if (!refused.error?.errors[0]?.message.zh) throw new Error("a refusal without a sentence");
  console.log(`typescript client: ${read.data.claim_id} settled`);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
