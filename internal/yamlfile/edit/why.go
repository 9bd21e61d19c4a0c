package edit

// Why an Op is held back: the classes of refusal, as the Arg "why" of Unsafe
// has them. Each is fit to be worded.
const (
	WhyNoSuchPath   = "no-such-path"     // Set, Delete, Append: nothing stands there
	WhyPathExists   = "path-exists"      // Add: something stands there
	WhyNoParent     = "no-parent"        // Add: its parent is not there and not added
	WhyNotMapping   = "not-a-mapping"    // Add: its parent is something else
	WhyNotList      = "not-a-list"       // Add, Append: its parent is something else
	WhyDuplicateKey = "duplicate-key"    // a key on the path stands twice
	WhySharedAnchor = "shared-anchor"    // an anchor there is used elsewhere
	WhyInsideAlias  = "inside-alias"     // reached through an alias: other keys would change
	WhyInsideMerge  = "inside-merge"     // reached through a merge key: other keys would change
	WhyMergedKey    = "merged-key"       // Delete: a merge key would still give it
	WhyFoldedHost   = "folded-host"      // inside a document in a folded block scalar
	WhyComplexKey   = "complex-key"      // ? key, a key that is no scalar, or too long
	WhyConflict     = "conflicting"      // another Op of the set removes or writes it
	WhyNothing      = "nothing-to-write" // neither From nor a Supply for the path
	WhyTooLarge     = "too-large"        // more nodes than one Op may write
	WhyFlowComment  = "comment-in-flow"  // a comment (a placeholder's) inside one-line flow
	WhyJSON         = "not-json"         // the value or its comment has no JSON form
	WhyDocument     = "whole-document"   // Delete of a document
	WhyOpenEnd      = "open-end"         // a block scalar at the end of a file without final newline
	WhyEmptied      = "empties-embedded" // a document in a block scalar would be left empty
	WhyBlankStart   = "blank-start"      // a document in a block scalar would begin with indented blanks
	WhyDocumentText = "document-as-text" // a document in a block scalar, where no block scalar can stand
	WhyUnproved     = "unproved"         // the edited text did not read as wanted
)
