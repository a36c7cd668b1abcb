module.exports = () => globalThis.pocketIcServer.stop();
