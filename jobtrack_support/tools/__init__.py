"""The rules of JobTrack as pure functions: no environment, no database, no clock.

Everything here works on plain values (dataclasses, dates, whole minutes, ``Decimal``) and takes the day or the
moment as a parameter, so that each rule can be read in one sitting and tested by the thousand.
"""
