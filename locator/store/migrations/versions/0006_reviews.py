"""What patients say is wrong with a clinic's entry, for somebody to look into."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "reviews",
        sa.Column("review_id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("clinic_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("note", sa.Text()),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("version_id", sa.BigInteger(), nullable=False),
        sa.Column("dataset_version", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True)),
        sa.Column("resolved_by", sa.Text()),
        sa.PrimaryKeyConstraint("review_id", name="reviews_pkey"),
        sa.CheckConstraint(
            "kind in ('phone', 'address', 'hours', 'services', 'closed_or_moved', 'other')",
            name=op.f("reviews_kind_check"),
        ),
        sa.CheckConstraint("length(note) between 1 and 300", name=op.f("reviews_note_check")),
        sa.CheckConstraint("language ~ '^[a-z]{2,3}$'", name=op.f("reviews_language_check")),
        sa.CheckConstraint("(resolved_at is null) = (resolved_by is null)", name=op.f("reviews_resolved_by_check")),
    )
    op.create_index(
        "reviews_open", "reviews", ["clinic_id", "made_at"], postgresql_where=sa.text("resolved_at is null")
    )


def downgrade() -> None:
    op.drop_table("reviews")
