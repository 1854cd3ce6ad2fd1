/** A file that could not even be loaded holds no failed test, and must not look like success. */
const brokenFiles = ({ testResults }) =>
  testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0).length;

/**
 * Sums vitest's JSON reports: `runs` are `{name, ok, report, mayBeEmpty}`; `problems` are what no test's failure explains,
 * such as a project of which nothing ran.
 */
export function addReports(runs) {
  let passed = 0;
  let failed = 0;
  const problems = [];
  for (const { name, ok, report, mayBeEmpty } of runs) {
    if (!report) {
      problems.push(`${name} left no report`);
      continue;
    }
    passed += report.numPassedTests;
    const failures = report.numFailedTests + brokenFiles(report);
    failed += failures;
    if (!ok || !report.success) problems.push(name);
    else if (report.numPassedTests + failures === 0 && !mayBeEmpty) problems.push(`${name} ran no test`);
  }
  if (passed + failed === 0) problems.push('no test ran');
  return { passed, failed, problems };
}
