"""What somebody answered about the files of an organization, to be used for its next file; and who a row may be."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("import_rows", sa.Column("identity", JSONB()))
    op.create_index(
        "import_rows_unidentified", "import_rows", ["import_id", "row"],
        postgresql_where=sa.text("identity is not null"),
    )  # fmt: skip
    op.create_table(
        "remembered_answers",
        sa.Column("organization", sa.Text(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("answer", JSONB(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("organization", "question", "subject", name="remembered_answers_pkey"),
        sa.CheckConstraint("question ~ '^[a-z][a-z_]{1,40}$'", name=op.f("remembered_answers_question_check")),
    )


def downgrade() -> None:
    op.drop_table("remembered_answers")
    op.drop_index("import_rows_unidentified", "import_rows")
    op.drop_column("import_rows", "identity")
