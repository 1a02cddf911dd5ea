// Builds what the console does not write itself: `make vendor`. The packages are pinned by package-lock.json; the files
// that come out are kept in the repository with their hashes and licences, so that nobody who runs or tests the product
// needs Node.js. A test compares the hashes.
import { build } from "esbuild";
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";

const out = "chalicelib/console/static/vendor";
const entries = {
    "kit.js": ["preact", "@preact/signals", "@preact/signals-core", "htm"],
    "charts.js": ["echarts", "zrender", "tslib"],
};
const manifest = {};
for (const [name, packages] of Object.entries(entries)) {
    await build({
        entryPoints: [`infra/vendor/${name}`],
        outfile: `${out}/${name}`,
        bundle: true,
        format: "esm",
        minify: true,
        legalComments: "none",
        target: "es2022",
        define: { "process.env.NODE_ENV": '"production"' },
        logLevel: "error",
    });
    const licence = packages.map((each) => `${each}\n\n${licenceOf(each)}`).join("\n\n----\n\n");
    writeFileSync(`${out}/${name.replace(".js", ".LICENCE.txt")}`, licence.trim() + "\n");
    manifest[name] = {
        sha256: createHash("sha256").update(readFileSync(`${out}/${name}`)).digest("hex"),
        packages: Object.fromEntries(packages.map((each) => [each, read(each, "package.json").version])),
    };
}
writeFileSync(`${out}/manifest.json`, JSON.stringify(manifest, null, 2) + "\n");

function read(name, file) {
    return JSON.parse(readFileSync(`node_modules/${name}/${file}`, "utf8"));
}

function licenceOf(name) {
    for (const file of ["LICENSE", "LICENSE.txt", "LICENSE.md", "CopyrightNotice.txt"]) {
        try {
            return readFileSync(`node_modules/${name}/${file}`, "utf8").trim();
        } catch {
            continue;
        }
    }
    throw new Error(`${name} has no licence file`);
}
