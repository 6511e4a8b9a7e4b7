//! What every network promises, for tests that make networks.

use cutscape::network::Network;
use std::collections::HashSet;

/// Asserts what every network promises: running order, links both ways, nothing computed for nobody.
pub fn check_network(network: &Network) {
    let name = &network.name;
    for (id, layer) in network.layers.iter().enumerate() {
        assert!(!layer.outputs.is_empty(), "{name}: {} has no outputs", layer.name);
        for &input in &layer.inputs {
            let tensor = &network.tensors[input];
            assert!(
                tensor.producer.is_none_or(|p| p < id),
                "{name}: {} runs before what it reads",
                layer.name
            );
            assert!(tensor.consumers.binary_search(&id).is_ok(), "{name}: {}", layer.name);
        }
        for &output in &layer.outputs {
            let tensor = &network.tensors[output];
            assert_eq!(tensor.producer, Some(id), "{name}: {}", layer.name);
            assert!(
                tensor.is_output || !tensor.consumers.is_empty(),
                "{name}: {} computes for nobody",
                layer.name
            );
        }
    }
    let outputs: HashSet<_> = network.outputs.iter().copied().collect();
    let inputs: HashSet<_> = network.inputs.iter().copied().collect();
    for (id, tensor) in network.tensors.iter().enumerate() {
        assert!(tensor.consumers.is_sorted_by(|a, b| a < b), "{name}: {}", tensor.name);
        assert_eq!(tensor.is_output, outputs.contains(&id), "{name}: {}", tensor.name);
        assert_eq!(
            tensor.producer.is_none(),
            inputs.contains(&id),
            "{name}: {}",
            tensor.name
        );
    }
    let mut names: Vec<&str> = network.layers.iter().map(|l| l.name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), network.layers.len(), "{name}: names are not unique");
}
