package main

import "context"

func (o options) snapshot(ctx context.Context) error { return nil }
func (o options) status(ctx context.Context) error   { return nil }
