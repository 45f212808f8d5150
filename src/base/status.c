#include "banyan/status.h"

const char *banyan_status_name(enum banyan_status status)
{
    switch (status) {
#define X(name, number, class, sentence)                                                           \
    case BANYAN_##name:                                                                            \
        return "BANYAN_" #name;
        BANYAN_STATUS_MAP(X)
#undef X
    }
    return "unknown status";
}

const char *banyan_status_text(enum banyan_status status)
{
    switch (status) {
#define X(name, number, class, sentence)                                                           \
    case BANYAN_##name:                                                                            \
        return sentence;
        BANYAN_STATUS_MAP(X)
#undef X
    }
    return "an unknown failure";
}

enum banyan_class banyan_status_class(enum banyan_status status)
{
    switch (status) {
#define X(name, number, class, sentence)                                                           \
    case BANYAN_##name:                                                                            \
        return BANYAN_CLASS_##class;
        BANYAN_STATUS_MAP(X)
#undef X
    }
    return BANYAN_CLASS_STORAGE;
}
