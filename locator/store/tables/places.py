"""The tables of ZIPs, towns, townships, local names, counties and states, and of the files they were loaded from."""

from sqlalchemy import (
    ARRAY,
    CheckConstraint,
    Column,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    func,
    text,
)

from locator.store.tables.parts import AREA, OUTLINE, POINT, POINTS, metadata

zips = Table(
    "zips",
    metadata,
    Column("zip", Text, primary_key=True),
    Column("location", POINT, nullable=False),
    Column("city", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("county", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("reach_miles", Float),
    CheckConstraint("zip ~ '^[0-9]{5}$'", name="zip"),
    CheckConstraint("state ~ '^[A-Z]{2}$'", name="state"),
    CheckConstraint("kind in ('zcta', 'pobox', 'unique', 'standard')", name="kind"),
    CheckConstraint("reach_miles > 0", name="reach_miles"),
)

towns = Table(
    "towns",
    metadata,
    Column("town_id", Integer, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False),
    Column("name_key", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("county", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("location", POINT, nullable=False),
    Column("population", Integer),
    Column("zip", Text),
    # How many ZIPs carry its name: the size of a town elsewhere, where no population is known.
    Column("zip_count", Integer, nullable=False, server_default=text("0")),
    Column("source", Text, nullable=False),
    # How far beyond Wisconsin's border it lies; 0 in Wisconsin.
    Column("miles_away", Float),
    CheckConstraint("state ~ '^[A-Z]{2}$'", name="state"),
    CheckConstraint("population >= 0", name="population"),
    CheckConstraint("miles_away >= 0", name="miles_away"),
    Index("towns_name_key", "name_key", postgresql_ops={"name_key": "text_pattern_ops"}),
    # Small enough to compare each name with what was typed.
    Index(
        "towns_of_wisconsin",
        "name_key",
        postgresql_ops={"name_key": "text_pattern_ops"},
        postgresql_where=text("state = 'WI'"),
    ),
    Index(
        "towns_name_key_trigrams",
        "name_key",
        postgresql_using="gin",
        postgresql_ops={"name_key": "gin_trgm_ops"},
        postgresql_where=text("state = 'WI'"),
    ),
    Index(
        "towns_beside_wisconsin",
        "name_key",
        postgresql_ops={"name_key": "text_pattern_ops"},
        postgresql_where=text("state <> 'WI' and miles_away <= 60"),
    ),
)

# The rural towns of Wisconsin. Their points are not known: each is searched from the middle of its county.
townships = Table(
    "townships",
    metadata,
    Column("geoid", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("name_key", Text, nullable=False),
    Column("county", Text, nullable=False),
    Column("location", POINT, nullable=False),
    CheckConstraint("geoid ~ '^[0-9]{10}$'", name="geoid"),
    Index("townships_name_key", "name_key", postgresql_ops={"name_key": "text_pattern_ops"}),
)

# What people call places: neighborhoods, nicknames, reservations. A meaning is a place as somebody would type it.
local_names = Table(
    "local_names",
    metadata,
    Column("name_key", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("meanings", ARRAY(Text), nullable=False),
    Column("source", Text, nullable=False),
    CheckConstraint("cardinality(meanings) > 0", name="meanings"),
    Index("local_names_name_key", "name_key", postgresql_ops={"name_key": "text_pattern_ops"}),
)

counties = Table(
    "counties",
    metadata,
    Column("geoid", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("name_key", Text, nullable=False, unique=True),
    Column("outline", OUTLINE, nullable=False),
    CheckConstraint("geoid ~ '^[0-9]{5}$'", name="geoid"),
    Index("counties_outline_gist", "outline", postgresql_using="gist"),
)

states = Table(
    "states",
    metadata,
    Column("geoid", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("outline", OUTLINE, nullable=False),
    CheckConstraint("geoid ~ '^[0-9]{2}$'", name="geoid"),
)

# The Census areas (ZCTAs) of our ZIPs, where an operator has loaded them (zip_areas.py says what the points are).
zip_areas = Table(
    "zip_areas",
    metadata,
    Column("zip", Text, ForeignKey("zips.zip", ondelete="cascade"), primary_key=True),
    Column("outline", AREA, nullable=False),
    Column("corners", POINTS, nullable=False),
    Column("edge", POINTS, nullable=False),
)

reference_files = Table(
    "reference_files",
    metadata,
    Column("name", Text, primary_key=True),
    Column("sha256", Text, nullable=False),
    Column("rows", Integer, nullable=False),
    Column("loaded_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)
