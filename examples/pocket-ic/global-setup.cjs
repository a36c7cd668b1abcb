const { PocketIcServer } = require('@dfinity/pic');

module.exports = async () => {
    globalThis.pocketIcServer = await PocketIcServer.start({ showCanisterLogs: true });
    process.env.PIC_URL = globalThis.pocketIcServer.getUrl();
};
