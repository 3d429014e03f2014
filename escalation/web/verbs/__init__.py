"""One page per verb: a form that checks shape, a check page where a mistake would cost, and the service that decides."""
