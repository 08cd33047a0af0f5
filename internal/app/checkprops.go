package app

import (
	"slices"
	"strings"
)

// componentProperties are the properties that components have in Altinn, of all types together.
var componentProperties = strings.Fields(`
	id type hidden required readOnly children textResourceBindings dataModelBindings removeWhenHidden
	optionsId options source optionFilter preselectedOptionIndex mapping queryParameters secure
	sortOrder layout size severity variant mode target grid pageBreak renderAsSummary showValidations
	formatting maxLength autocomplete saveWhileTyping minDate maxDate timeStamp format
	minNumberOfAttachments maxNumberOfAttachments maxFileSizeInMB displayMode hasCustomFileEndings
	validFileEndings showBackButton validateOnNext validateOnPrevious tableHeaders tableColumns edit
	maxCount minCount hiddenRow rowsBefore rowsAfter labelSettings componentRef excludedChildren
	largeGroup display overrides hideEmptyFields groupingIndicator headingLevel alertOnChange
	alertOnDelete buttonStyle action columns rows openByDefault src image style triggers
	legend simplified
	showLabelsInTable addButton stickyHeader direction value icon position fixed expandedInitial
	sortableColumns tabs buttonSize layoutSet entryDisplayName
	showAddButton showDeleteButton summaryDelimiter tags dataTypeIds
	minimalGrouping downloadTemplate taskId filter showAsCard color media cards
	actions panel search width align compact showPageInAccordion isCompact showDescription`)

// textBindings are the names of text bindings.
var textBindings = strings.Fields(`
	title description help body next back shortName tableTitle summaryTitle requiredValidation
	tagTitle add_button add_button_full save_button save_and_next_button edit_button_open
	edit_button_close delete_button pagination_next_button pagination_back_button altTextImg prefix
	suffix accessibleTitle accessibleDescription tableHeaders emptyFieldText fileUploadWithTag
	addButton tableEditButton tableDeleteButton leftColumnHeader summaryAccessibleTitle linkText submit careOfTitle
	zipCodeTitle postPlaceTitle
	houseNumberTitle questions`)

// What Altinn's other files have, by the object that it stands in.
var (
	metadataProperties = strings.Fields(`
		$schema id org title description dataTypes partyTypesAllowed presentationFields dataFields
		autoDeleteOnProcessEnd disallowUserInstantiation processId onEntry copyInstanceSettings
		eFormidling promptForParty preventInstanceDeletionForDays access logo contactPoints created
		createdBy lastChanged lastChangedBy validFrom validTo versionId messageBoxConfig
		eventSubscriptions keywords hideSettings features apiScopes externalApiIds userAccess`)
	dataTypeProperties = strings.Fields(`
		id description allowedContentTypes allowedContributors allowedContributers appLogic taskId
		minCount maxCount maxSize grouping enablePdfCreation enableFileScan
		validationErrorOnPendingFileScan enabledFileAnalysers enabledFileValidators
		actionRequiredToRead actionRequiredToWrite allowedKeysForUserDefinedMetadata
		metadata`)
	logicProperties = strings.Fields(`
		autoCreate classRef schemaRef allowAnonymousOnStateless autoDeleteOnProcessEnd
		disallowUserCreate disallowUserDelete allowUserCreate allowUserDelete allowInSubform
		shadowFields validationMode`)
	pagesProperties = strings.Fields(`
		order groups excludeFromPdf pdfLayoutName hideCloseButton showLanguageSelector
		showExpandWidthButton showProgress taskNavigation autoSaveBehavior expandedWidth
		expandedInitial validationOnNavigation`)
)

// checkMetadataSpelling does so in applicationmetadata.json.
func (r *reader) checkMetadataSpelling(s *source) {
	r.checkSpelling(s.metadata, metadataProperties)
	for _, t := range s.dataTypes {
		r.checkSpelling(t, dataTypeProperties)
		r.checkSpelling(t.get("appLogic"), logicProperties)
	}
}

// checkSpelling tells of a property that is none, and nearly one: it would be passed over
// without a word. What is like none is left alone: an app may have properties of its own.
func (r *reader) checkSpelling(v *value, names []string) {
	for key, item := range v.members {
		if slices.ContainsFunc(names, func(n string) bool { return strings.EqualFold(n, key) }) {
			continue
		}
		if meant := nearest(key, names); meant != "" {
			r.tell("property-misspelt", item, SeverityWarning,
				"there is no property %s: did you mean %s?", key, meant)
		}
	}
}
