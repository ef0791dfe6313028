/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "atls/stile-handler.h"
#include "bootstrap/court.h"

G_BEGIN_DECLS

/* A registrar that says what a test wants: answers to voucher requests come from a script, one after the other, the last
 * one again and again.  It keeps what it was asked. */
#define FAKE_TYPE_REGISTRAR (fake_registrar_get_type ())
G_DECLARE_FINAL_TYPE (FakeRegistrar, fake_registrar, FAKE, REGISTRAR, GObject)

FakeRegistrar *fake_registrar_new (void);

/* @type, @words, @field: NULL for none. */
void fake_registrar_say (FakeRegistrar *self, guint status, const char *type, const char *words);
void fake_registrar_say_with (
    FakeRegistrar *self, guint status, const char *field, const char *value, const char *words);
void fake_registrar_give (FakeRegistrar *self, const char *type, GBytes *content);
/* A voucher with @fields (copied; what they point to must live), and the nonce of the request where they have none. */
void fake_registrar_give_voucher (FakeRegistrar *self, const StileVoucherFields *fields, TestPki *masa);
/* What it answers to reports; 200 without. */
void fake_registrar_answer_reports (FakeRegistrar *self, guint status);

/* Of the exchanges with @path that it got; both (transfer none). */
guint fake_registrar_count (FakeRegistrar *self, const char *path);
StileExchange *fake_registrar_get_exchange (FakeRegistrar *self, const char *path, guint index);
/* What the voucher request that came as number @index asks for. (transfer full) */
StileVoucher *fake_registrar_read_request (FakeRegistrar *self, guint index);

G_END_DECLS
