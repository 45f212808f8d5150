/*
 * Libraries that print their troubles: ours are told once, by whoever called.
 */
#ifndef BY_OS_HUSH_H
#define BY_OS_HUSH_H

/* From here on nothing that the process prints to its standard error is seen, whatever thread does.
 * For the one call that may print; -1 where it cannot be, which is no harm. */
int by_os_hush(void);
/* As it was, by what by_os_hush gave. errno stays. */
void by_os_unhush(int hushed);

#endif
