"""The tests of Lắng Nghe, one folder a room, and the rules of the house."""
