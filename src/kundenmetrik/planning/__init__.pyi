from kundenmetrik.planning.sample_size import answers_for as answers_for
from kundenmetrik.planning.sample_size import smallest_change as smallest_change
