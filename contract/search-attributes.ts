/** Search attributes of a call and their Temporal types. They are never encrypted: no personal data. */
export const SEARCH_ATTRIBUTES = {
  CallStage: 'Keyword',
  CallOrg: 'Keyword',
  CallFlow: 'Keyword',
  CallDirection: 'Keyword',
  CallEndedReason: 'Keyword',
  CallFault: 'Keyword',
  CallStageSince: 'Datetime',
  CallAttempt: 'Int',
} as const;
