"""One row per customer and scope, and totals by scope: lazy Ibis expressions over the sale lines."""
