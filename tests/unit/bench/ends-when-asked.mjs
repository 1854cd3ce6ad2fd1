/** A process that ends instead of answering. */
process.once('message', () => {
  console.log('no answer today');
  process.exit(3);
});
