#ifndef ALLOCATION_COUNTER_H
#define ALLOCATION_COUNTER_H

/// Begins to count what the calling thread allocates, from 0.
void startCountingAllocations(void);

/// Ends the counting.
///
/// @return How often the thread has asked for memory since it began.
long stopCountingAllocations(void);

#endif
