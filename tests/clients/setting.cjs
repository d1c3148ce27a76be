// What run.py tells a client: where the server is and which events to send.
const label = process.env.LOGWOOD_LABEL;

module.exports = {
  url: process.env.LOGWOOD_URL,
  token: process.env.LOGWOOD_TOKEN,
  repo: process.env.LOGWOOD_REPO,
  label,
  events: Number(process.env.LOGWOOD_EVENTS),
  text: (number) => `client=${label} n=${number}`,
  numbers: () => [...Array(Number(process.env.LOGWOOD_EVENTS)).keys()],
  // Ends the process as failed, whatever is still open.
  fail: (error) => {
    console.error(error);
    process.exit(1);
  },
};
