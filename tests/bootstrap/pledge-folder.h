/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bootstrap/stile-pledge-state.h"
#include "support/test-pki.h"

G_BEGIN_DECLS

/* A device's folder, and what it may be given. */
typedef struct
{
  char *directory;
  char *folder;
  TestPki *domain;
  TestPki *registrar;
  StilePledgeState *state;
} PledgeFolder;

StilePledgeState *pledge_folder_open_folder (PledgeFolder *self);
void pledge_folder_reopen (PledgeFolder *self);
void pledge_folder_set_up (PledgeFolder *self, gconstpointer data);
void pledge_folder_tear_down (PledgeFolder *self, gconstpointer data);
char *pledge_folder_get_path (PledgeFolder *self, const char *name);
void pledge_folder_write_file (PledgeFolder *self, const char *name, const char *text);
void pledge_folder_save (PledgeFolder *self);
void pledge_folder_take_voucher (PledgeFolder *self);
void pledge_folder_take_roots (PledgeFolder *self);
TestPki *pledge_folder_take_certificate (PledgeFolder *self);
void pledge_folder_go_through (PledgeFolder *self);
void pledge_folder_block (PledgeFolder *self, const char *name);
void pledge_folder_unblock (PledgeFolder *self, const char *name);

G_END_DECLS
