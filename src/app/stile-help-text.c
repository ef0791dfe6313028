/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/stile-help-text.h"

#include <md4c.h>
#include <string.h>

/*
 * A page of docs/, which is Markdown, becomes a list of blocks that widgets can show.  The pages are our own: what they do
 * not use is not shown.
 */

#define MAX_DEPTH 8

typedef struct
{
  GPtrArray *blocks;
  GString *text;    /* of what is being read, as markup; code as it is */
  GString *heading; /* the letters of a heading, for its anchor; NULL outside */
  StileHelpBlock *table;
  char *picture; /* the file of a picture that is being read, or NULL */
  char *marker;  /* of an item that has no words yet */
  guint counts[MAX_DEPTH];
  guint depth;
  gboolean code;
  gboolean linked;
} Reading;

static void
block_free (gpointer data)
{
  StileHelpBlock *block = data;

  g_free (block->marker);
  g_free (block->text);
  g_free (block->target);
  g_clear_pointer (&block->cells, g_ptr_array_unref);
  g_free (block);
}

static StileHelpBlock *
add_block (Reading *reading, StileHelpKind kind)
{
  StileHelpBlock *block = g_new0 (StileHelpBlock, 1);

  block->kind = kind;
  g_ptr_array_add (reading->blocks, block);
  return block;
}

/* What was read so far is a block, unless it is nothing. */
static void
flush (Reading *reading, StileHelpKind kind, guint level)
{
  StileHelpBlock *block;

  if (reading->text->len == 0)
    return;

  block = add_block (reading, kind);
  block->level = level;
  block->text = g_strdup (reading->text->str);
  block->marker = g_steal_pointer (&reading->marker);
  g_string_truncate (reading->text, 0);
}

static void
flush_paragraph (Reading *reading)
{
  flush (reading, reading->depth > 0 ? STILE_HELP_ITEM : STILE_HELP_PARAGRAPH, reading->depth);
}

/**
 * stile_help_text_make_anchor:
 *
 * Returns: (transfer full): what links call a heading: small letters and digits, and a dash for each space
 */
char *
stile_help_text_make_anchor (const char *heading)
{
  g_autoptr (GString) anchor = g_string_new (NULL);

  for (const char *p = heading; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (g_unichar_isalnum (c) || c == '_' || c == '-')
        g_string_append_unichar (anchor, g_unichar_tolower (c));
      else if (c == ' ')
        g_string_append_c (anchor, '-');
    }

  return g_strdup (anchor->str);
}

/* --- blocks --- */

static void
begin_list (Reading *reading, guint first)
{
  flush_paragraph (reading);
  if (reading->depth < MAX_DEPTH)
    reading->counts[reading->depth] = first;
  reading->depth++;
}

static void
begin_item (Reading *reading)
{
  guint *count = &reading->counts[MIN (reading->depth, MAX_DEPTH) - 1];

  g_free (reading->marker);
  reading->marker = *count > 0 ? g_strdup_printf ("%u.", (*count)++) : g_strdup ("•");
}

static int
enter_block (MD_BLOCKTYPE type, void *detail, void *user_data)
{
  Reading *reading = user_data;

  if (type == MD_BLOCK_UL)
    begin_list (reading, 0);
  else if (type == MD_BLOCK_OL)
    begin_list (reading, ((MD_BLOCK_OL_DETAIL *)detail)->start);
  else if (type == MD_BLOCK_LI)
    begin_item (reading);
  else if (type == MD_BLOCK_H)
    reading->heading = g_string_new (NULL);
  else if (type == MD_BLOCK_CODE)
    flush_paragraph (reading);
  else if (type == MD_BLOCK_TABLE)
    {
      reading->table = add_block (reading, STILE_HELP_TABLE);
      reading->table->cells = g_ptr_array_new_with_free_func (g_free);
      reading->table->columns = ((MD_BLOCK_TABLE_DETAIL *)detail)->col_count;
    }

  reading->code = type == MD_BLOCK_CODE;
  return 0;
}

static void
end_heading (Reading *reading, guint level)
{
  StileHelpBlock *block;

  flush (reading, STILE_HELP_HEADING, level);
  block = g_ptr_array_index (reading->blocks, reading->blocks->len - 1);
  block->target = stile_help_text_make_anchor (reading->heading->str);
  g_string_free (g_steal_pointer (&reading->heading), TRUE);
}

static void
end_cell (Reading *reading)
{
  g_ptr_array_add (reading->table->cells, g_strdup (reading->text->str));
  g_string_truncate (reading->text, 0);
}

static int
leave_block (MD_BLOCKTYPE type, void *detail, void *user_data)
{
  Reading *reading = user_data;

  if (type == MD_BLOCK_H)
    end_heading (reading, ((MD_BLOCK_H_DETAIL *)detail)->level);
  else if (type == MD_BLOCK_CODE)
    flush (reading, STILE_HELP_CODE, reading->depth);
  else if (type == MD_BLOCK_TH || type == MD_BLOCK_TD)
    end_cell (reading);
  else if (type == MD_BLOCK_P || type == MD_BLOCK_LI)
    flush_paragraph (reading);
  else if (type == MD_BLOCK_UL || type == MD_BLOCK_OL)
    reading->depth--;

  reading->code = FALSE;
  return 0;
}

/* --- what is in a line --- */

static char *
dup_attribute (const MD_ATTRIBUTE *attribute)
{
  return g_strndup (attribute->text, attribute->size);
}

/* Other pages of the folder, places in them, and the web; what else a link leads to is not here. */
static gboolean
leads_somewhere (const char *target)
{
  const char *hash = strchr (target, '#');
  gsize length = hash != NULL ? (gsize)(hash - target) : strlen (target);

  if (g_str_has_prefix (target, "https://") || *target == '#')
    return TRUE;

  return length > 3 && strncmp (target + length - 3, ".md", 3) == 0 && memchr (target, '/', length) == NULL;
}

static void
begin_link (Reading *reading, const MD_SPAN_A_DETAIL *link)
{
  g_autofree char *target = dup_attribute (&link->href);
  g_autofree char *escaped = g_markup_escape_text (target, -1);

  reading->linked = leads_somewhere (target);
  if (reading->linked)
    g_string_append_printf (reading->text, "<a href=\"%s\">", escaped);
}

static int
enter_span (MD_SPANTYPE type, void *detail, void *user_data)
{
  Reading *reading = user_data;

  if (type == MD_SPAN_EM)
    g_string_append (reading->text, "<i>");
  else if (type == MD_SPAN_STRONG)
    g_string_append (reading->text, "<b>");
  else if (type == MD_SPAN_CODE)
    g_string_append (reading->text, "<tt>");
  else if (type == MD_SPAN_A)
    begin_link (reading, detail);
  else if (type == MD_SPAN_IMG)
    reading->picture = dup_attribute (&((MD_SPAN_IMG_DETAIL *)detail)->src);

  return 0;
}

/* A picture is a paragraph of its own in our pages: the words so far are what is to be seen on it. */
static void
end_picture (Reading *reading)
{
  StileHelpBlock *block = add_block (reading, STILE_HELP_PICTURE);

  block->target = g_steal_pointer (&reading->picture);
  block->text = g_strdup (reading->text->str);
  g_string_truncate (reading->text, 0);
}

static int
leave_span (MD_SPANTYPE type, void *detail, void *user_data)
{
  Reading *reading = user_data;

  if (type == MD_SPAN_EM)
    g_string_append (reading->text, "</i>");
  else if (type == MD_SPAN_STRONG)
    g_string_append (reading->text, "</b>");
  else if (type == MD_SPAN_CODE)
    g_string_append (reading->text, "</tt>");
  else if (type == MD_SPAN_A && reading->linked)
    g_string_append (reading->text, "</a>");
  else if (type == MD_SPAN_IMG)
    end_picture (reading);

  return 0;
}

static int
add_text (MD_TEXTTYPE type, const MD_CHAR *text, MD_SIZE size, void *user_data)
{
  Reading *reading = user_data;
  g_autofree char *escaped = NULL;

  if (type == MD_TEXT_SOFTBR || type == MD_TEXT_BR)
    {
      g_string_append (reading->text, type == MD_TEXT_BR ? "\n" : " ");
      return 0;
    }
  if (reading->heading != NULL)
    g_string_append_len (reading->heading, text, size);

  /* Code, and what is to be seen on a picture, is shown without markup; entities are markup already. */
  if (reading->code || reading->picture != NULL || type == MD_TEXT_ENTITY)
    {
      g_string_append_len (reading->text, text, size);
      return 0;
    }

  escaped = g_markup_escape_text (text, size);
  g_string_append (reading->text, escaped);
  return 0;
}

/**
 * stile_help_text_parse:
 * @markdown: a page of docs/
 *
 * Returns: (transfer full) (element-type StileHelpBlock): what it consists of, in its order
 */
GPtrArray *
stile_help_text_parse (const char *markdown, gsize length)
{
  const MD_PARSER parser = {
    .flags = MD_FLAG_TABLES | MD_FLAG_NOHTML,
    .enter_block = enter_block,
    .leave_block = leave_block,
    .enter_span = enter_span,
    .leave_span = leave_span,
    .text = add_text,
  };
  Reading reading = { .blocks = g_ptr_array_new_with_free_func (block_free), .text = g_string_new (NULL) };

  if (md_parse (markdown, (MD_SIZE)length, &parser, &reading) != 0)
    g_warning ("A page of the help cannot be read");

  g_free (reading.marker);
  g_string_free (reading.text, TRUE);
  return reading.blocks;
}
