#include "exchange/words.h"

#include <string.h>

#include "base/text.h"

#define WORD_BYTES_MAX 256u

struct part_words {
    enum by_part part;
    struct by_label words[3];
    const char *others[6]; /* that are read too, folded */
};
static const struct part_words parts[] = {
    {BY_PART_LATITUDE,
     {{"en", "Latitude"}, {"vi", "Vĩ độ"}, {"ru", "Широта"}},
     {"lat", "y", "ендік"}},
    {BY_PART_LONGITUDE,
     {{"en", "Longitude"}, {"vi", "Kinh độ"}, {"ru", "Долгота"}},
     {"lon", "lng", "long", "x", "довгота"}},
    {BY_PART_UNIT, {{"en", "unit"}, {"vi", "đơn vị"}, {"ru", "единица"}}, {NULL}},
    {BY_PART_CURRENCY, {{"en", "currency"}, {"vi", "tiền tệ"}, {"ru", "валюта"}}, {NULL}},
    {BY_PART_POLYGON,
     {{"en", "outline"}, {"vi", "ranh giới"}, {"ru", "контур"}},
     {"polygon", NULL}},
    {BY_PART_DAY, {{"en", "date"}, {"vi", "ngày"}, {"ru", "дата"}}, {NULL}},
};
#define PART_COUNT (sizeof parts / sizeof parts[0])

const char *by_part_word(enum by_part part, const char *language)
{
    for (size_t i = 0; i < PART_COUNT; i++)
        if (parts[i].part == part)
            return by_label_pick(parts[i].words, 3, language);
    return "";
}

static bool folds_to(const char *word, struct by_bytes folded)
{
    struct by_buffer other = BY_BUFFER_INIT(WORD_BYTES_MAX);
    bool is_it = by_text_fold(by_bytes_of_text(word), &other) == BANYAN_OK &&
                 by_bytes_equal(by_buffer_bytes(&other), folded);

    by_buffer_deinit(&other);
    return is_it;
}

static bool has_word(const struct part_words *part, struct by_bytes folded)
{
    for (size_t i = 0; i < 3; i++)
        if (folds_to(part->words[i].text, folded))
            return true;
    for (size_t i = 0; i < 6 && part->others[i] != NULL; i++)
        if (folds_to(part->others[i], folded))
            return true;
    return false;
}

enum by_part by_part_of_word(struct by_bytes folded)
{
    for (size_t i = 0; i < PART_COUNT; i++)
        if (has_word(&parts[i], folded))
            return parts[i].part;
    return BY_PART_ALL;
}

/* What offices call columns, beside the labels of fields. */
static const struct {
    const char *field;
    const char *words[20];
} others[] = {
    {"name",
     {"Site name", "Full name", "Place name", "Tên gọi", "Tên khu vực", "Наименование", "Назва",
      "ຊື່", "ឈ្មោះ"}},
    {"title", {"Name", "Project name", "Tên", "Tên gọi", "Наименование", "Название", "Назва"}},
    {"description",
     {"Notes", "Note", "Remarks", "Remark", "Comments", "Comment", "Details", "Ghi chú",
      "Chú thích", "Nhận xét", "Примечания", "Примечание", "Комментарий", "Комментарии", "Примітки",
      "Примітка", "Опис", "ໝາຍເຫດ", "កំណត់សម្គាល់"}},
    {"area",
     {"Reported area", "Surface area", "Surface", "Total area", "Area size", "Size",
      "Diện tích tự nhiên", "Tổng diện tích", "Общая площадь", "Площа", "ເນື້ອທີ່", "ផ្ទៃដី"}},
    {"geometry", {"Coordinates", "GPS", "GPS coordinates", "Toạ độ", "Координаты", "Координати"}},
    {"country", {"Страна", "Країна", "Nước", "ປະເທດ", "ប្រទេស"}},
    {"status_yr", {"Year established", "Year of designation", "Năm thành lập", "Год создания"}},
};

const char *by_field_of_word(struct by_bytes folded, size_t *at)
{
    for (; *at < sizeof others / sizeof others[0]; (*at)++)
        for (size_t i = 0; i < 20 && others[*at].words[i] != NULL; i++)
            if (folds_to(others[*at].words[i], folded))
                return others[(*at)++].field;
    return NULL;
}
