/** A process that ends instead of answering. */
process.once('message', () => process.exit(3));
