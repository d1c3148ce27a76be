// @elastic/elasticsearch: the bulk helper; argument: base path.
const { Client } = require("@elastic/elasticsearch");
const setting = require("./setting.cjs");

async function main() {
  const base = process.argv[2];
  const client = new Client({
    node: setting.url + base,
    auth: { username: "any", password: setting.token },
    compression: base !== "/",
  });
  const result = await client.helpers.bulk({
    datasource: setting.numbers().map((n) => ({ message: setting.text(n), user: { id: n } })),
    onDocument: () => ({ create: { _index: "logs" } }),
    flushBytes: 8192,
    onDrop: setting.fail,
  });
  if (result.successful !== setting.events || result.failed !== 0) setting.fail(result);
  const info = await client.info();
  if (!info.version.number) setting.fail(info);
  await client.close();
}

main().catch(setting.fail);
